//! The catalogue is whole, and no usage is ever cheaper than it costs.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn micros(model: &str, input_tokens: u64, cached_tokens: u64, output_tokens: u64) -> u64 {
    price(model, Usage { input_tokens, output_tokens, cached_tokens }).micros()
}

#[test]
fn every_model_is_priced_dated_and_found_by_its_name() {
    assert!(models().len() >= 11);
    for model in models() {
        assert_eq!(find(model.name()).map(Model::name), Some(model.name()));
        for (source, read) in model.sources() {
            assert!(source.starts_with("https://") && read >= date(2026, 11, 1), "{}", model.name());
        }
        assert!(!model.prices.input.is_zero() && model.prices.output > model.prices.input);
        let long = model.long_prompt.map_or(model.prices, |long| long.prices);
        assert_eq!(long.dearer(model.prices), long, "{}: a long prompt is no cheaper", model.name());
        assert!(model.prices.cached_input <= model.prices.input);
        assert!(u64::from(model.max_output_tokens) < model.context_tokens);
        assert!(model.thinking.is_sorted(), "{}: the lowest level comes first", model.name());
    }
}

#[test]
fn a_usage_is_summed_exactly_and_rounded_up_once() {
    assert_eq!(micros("gemini-3.8-flash", 1_000_000, 0, 1_000_000), 750_000 + 3_750_000);
    assert_eq!(micros("gemini-3.8-flash", 1_000_000, 1_000_000, 0), 75_000);
    assert_eq!(micros("gemini-3.8-flash", 1, 0, 0), 1, "0.75 micro-dollars are rounded up");
    // 0.75 + 0.075 + 3.75 = 4.575: rounded a part at a time it would be 1 + 1 + 4.
    assert_eq!(micros("gemini-3.8-flash", 2, 1, 1), 5);
    assert_eq!(micros("gemini-3.8-flash", 0, 0, 0), 0);
    assert_eq!(micros("gemini-3.8-flash", u64::MAX, u64::MAX, u64::MAX), u64::MAX);
}

#[test]
fn a_long_prompt_costs_what_long_prompts_cost() {
    assert_eq!(micros("gemini-3.1-pro-preview", 200_000, 0, 1000), 400_000 + 12_000);
    assert_eq!(micros("gemini-3.1-pro-preview", 200_001, 0, 1000), 800_004 + 18_000);
    assert_eq!(micros("gemini-3.1-pro-preview", 200_001, 200_001, 0), 800_004, "cached: not known, so full");
    assert_eq!(micros("claude-haiku-5-5", 100_000, 0, 1000), 10_000 + 500);
    assert_eq!(micros("claude-haiku-5-5", 100_001, 0, 1000), 50_001 + 2500);
    assert_eq!(micros("gpt-5.6-luna", 272_001, 0, 1000), 108_801 + 1800);
}

#[test]
fn what_a_vendor_writes_to_its_cache_is_priced_as_written_and_held_for_beforehand() {
    let usage = |cached_tokens| Usage { input_tokens: 1000, output_tokens: 0, cached_tokens };
    let luna = prices("gpt-5.6-luna", 1000);
    assert_eq!(luna.of(usage(0)).micros(), 200);
    assert_eq!(luna.of_written(usage(0), 400).micros(), 120 + 100);
    assert_eq!(luna.of_written(usage(1000), 400).micros(), 20, "what comes from the cache is not written");
    assert_eq!(luna.most(usage(0)).micros(), 250);
    assert_eq!(prices("gpt-5.4-nano", 1000).most(usage(0)).micros(), 200, "writing costs nothing extra here");
}

#[test]
fn an_unknown_model_costs_what_the_dearest_costs() {
    for unknown in
        ["llama3.3:70b", "", "gemini-3.8-flash-ultra", "gpt-5.4-mini-high", "gemini-3.8-flash:free"]
    {
        assert!(find(unknown).is_none(), "{unknown}");
        assert_eq!(micros(unknown, 1_000_000, 1_000_000, 0), 4_000_000, "{unknown}");
        assert_eq!(micros(unknown, 0, 0, 1_000_000), 18_000_000, "{unknown}");
    }
}

#[test]
fn a_version_of_a_model_is_that_model() {
    for name in ["google/gemini-3.8-flash", "gemini-3.8-flash-001", "models/gemini-3.8-flash-latest"] {
        assert_eq!(find(name).map(Model::name), Some("gemini-3.8-flash"), "{name}");
    }
    for name in ["gpt-5.4-mini-2026-03-17", "openai/gpt-5.4-mini"] {
        assert_eq!(find(name).map(Model::name), Some("gpt-5.4-mini"), "{name}");
    }
    assert_eq!(find("claude-haiku-4-5-20251001").map(Model::name), Some("claude-haiku-4-5"));
}

#[test]
fn a_model_is_shut_down_from_its_day_on_and_where_it_is() {
    let (before, day) = (date(2027, 5, 6), date(2027, 5, 7));
    assert!(!is_shut_down("gemini-3.1-flash-lite", Place::Vendor, before));
    assert!(is_shut_down("gemini-3.1-flash-lite", Place::Vendor, day));
    assert!(is_shut_down("gemini-3.1-flash-lite", Place::Vertex, day));
    assert!(is_shut_down("gemini-3.7-flash", Place::Vertex, date(2027, 1, 28)));
    assert!(!is_shut_down("gemini-3.7-flash", Place::Vendor, date(2027, 1, 28)));
    assert!(!is_shut_down("llama3.3:70b", Place::Vendor, day));
}

proptest! {
    #[test]
    fn more_tokens_never_cost_less(input in 0_u64..2_000_000, cached in 0_u64..2_000_000, output in 0_u64..200_000) {
        for model in models() {
            let cached = cached.min(input);
            let now = micros(model.name(), input, cached, output);
            prop_assert!(micros(model.name(), input + 1, cached, output) >= now);
            prop_assert!(micros(model.name(), input, cached, output + 1) >= now);
            prop_assert!(micros("unknown", input, cached, output) >= now);
        }
    }
}

-- Counts one call against several windows, in one step and by the clock of Redis: a generic cell rate
-- algorithm (GCRA) whose state is the moment, in microseconds, until which a window is used.
--
-- KEYS     one for each window
-- ARGV[1]  1: take a call; 0: only look; -1: give a call back
-- ARGV     then for each window the microseconds after which a call is free again, and the number of calls
--
-- Answers for each window whether there was room (1 or 0) and for how many microseconds it is used now.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local change = tonumber(ARGV[1])
local answer = {}
for i, key in ipairs(KEYS) do
    local interval, most = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local used_until = math.max(tonumber(redis.call('GET', key) or now), now)
    local has_room = used_until - now <= interval * (most - 1)
    if change < 0 or (change > 0 and has_room) then
        used_until = math.max(used_until + change * interval, now)
        local lasts = math.ceil((used_until - now) / 1000)
        if lasts > 0 then
            redis.call('SET', key, string.format('%.0f', used_until), 'PX', lasts)
        else
            redis.call('DEL', key)
        end
    end
    answer[2 * i - 1] = has_room and 1 or 0
    answer[2 * i] = used_until - now
end
return answer

-- Takes jobs from a day that instances with stores of their own share, in one step.
--
-- KEYS[1]  the jobs that all of them have taken
-- ARGV[1]  what the store of the caller knows of: where Redis has lost its count, it begins again there
-- ARGV[2]  how many of those were given back
-- ARGV[3]  jobs of a day
-- ARGV[4]  jobs that are wanted; 0 only looks, and less gives back
-- ARGV[5]  seconds until the count may be forgotten
--
-- Answers whether they were taken (1 or 0), and how many all have taken now.
local taken = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), tonumber(ARGV[1]))
local wanted = tonumber(ARGV[4])
if taken - tonumber(ARGV[2]) + wanted > tonumber(ARGV[3]) then
    return { 0, taken }
end
redis.call('SET', KEYS[1], string.format('%.0f', taken + wanted), 'EX', tonumber(ARGV[5]))
return { 1, taken + wanted }

-- How many different statuses came in each second of a session, of how many players, and how old they were by their senders' own clocks.
WITH statuses_sent AS (
  SELECT DISTINCT
    detail.player AS player, detail.trial AS trial, detail.sequence AS sequence, detail.sentatms AS sent_at_ms, "time" AS arrived_at
  FROM statuses
  WHERE session = ?
)
SELECT
  substr(arrived_at, 1, 19) AS at_second, count(*) AS statuses, count(DISTINCT player) AS players,
  min(sent_at_ms) AS oldest_sent_at_ms, max(sent_at_ms) AS newest_sent_at_ms
FROM statuses_sent
GROUP BY substr(arrived_at, 1, 19)
ORDER BY at_second

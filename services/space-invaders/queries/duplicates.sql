-- What is in the archive of a session more than once: a status is known by its player, trial and sequence. Delivery is at least once,
-- so that some are no fault; the copies are all alike.
WITH statuses_sent AS (
  SELECT
    detail.player AS player, detail.name AS name, detail.trial AS trial, detail.sequence AS sequence,
    count(*) AS copies
  FROM statuses
  WHERE session = ?
  GROUP BY detail.player, detail.name, detail.trial, detail.sequence
)
SELECT
  player, name, count(*) AS statuses, sum(copies - 1) AS duplicates, max(copies) AS most_copies
FROM statuses_sent
GROUP BY player, name
HAVING max(copies) > 1
ORDER BY duplicates DESC, player

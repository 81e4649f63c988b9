-- The board of a session at its end, from what was sent: each player by the best trial, each trial by its newest status. Duplicates and
-- late ones change nothing. It judges nothing: whose statuses were set aside may stand higher here (npm run rebuild judges).
WITH newest AS (
  SELECT
    detail.player AS player, detail.name AS name, detail.trial AS trial, detail.score AS score,
    detail.lives AS lives, detail.shots AS shots, detail.level AS level,
    row_number() OVER (PARTITION BY detail.player, detail.trial ORDER BY detail.sequence DESC) AS age
  FROM statuses
  WHERE session = ?
),
best AS (
  SELECT
    name, trial, score, lives, shots, level,
    row_number() OVER (PARTITION BY player ORDER BY score DESC, trial) AS place
  FROM newest
  WHERE age = 1
)
SELECT name, score, lives, shots, level, trial
FROM best
WHERE place = 1
ORDER BY score DESC, lives DESC, shots, name

#!/usr/bin/env bash
# Writes GitHub's word for this run into a file, as AWS's SDK takes it for a role (AWS_WEB_IDENTITY_TOKEN_FILE).
set -euo pipefail
curl --silent --show-error --fail --retry 3 \
  -H "Authorization: Bearer ${ACTIONS_ID_TOKEN_REQUEST_TOKEN:?the workflow needs the permission id-token: write}" \
  "${ACTIONS_ID_TOKEN_REQUEST_URL:?}&audience=sts.amazonaws.com" |
  node -e 'process.stdin.setEncoding("utf8"); let text = ""; process.stdin.on("data", (part) => { text += part; }).on("end", () => process.stdout.write(JSON.parse(text).value));' \
    >"$1.new"
mv "$1.new" "$1"

const { NOT_FOUND, pages } = require('@arcade/web/pages');

const known = pages.filter(({ pattern }) => pattern !== '').map(({ pattern, file }) => [pattern, `/${file}`]);

/**
 * What runs at the edge on each request (cloudfront-js-2.0, whose JavaScript is older than ours): an API hears its own paths, a socket is a
 * stage, and an address of the app is a page. What has a file's ending, or begins with _ (what the page asks of where it runs), is a file.
 */
exports.code = `const PAGES = ${JSON.stringify(known)};

function handler(event) {
  const request = event.request;
  const api = /^\\/api\\/[a-z-]+(\\/.*)?$/.exec(request.uri);
  if (!api) request.uri = pageOf(request.uri);
  else if (api[1] === '/socket') request.uri = '/\${sls:stage}';
  else request.uri = api[1] || '/';
  return request;
}

function pageOf(uri) {
  if (/\\.[a-z0-9]+$/i.test(uri) || uri.indexOf('/_') === 0) return uri;
  const path = uri.toLowerCase().replace(/([^/])\\/$/, '$1');
  for (let at = 0; at < PAGES.length; at += 1) {
    if (new RegExp(PAGES[at][0]).test(path)) return PAGES[at][1];
  }
  return '/${NOT_FOUND}';
}
`;

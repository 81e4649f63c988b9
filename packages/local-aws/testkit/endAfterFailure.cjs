/**
 * Loaded into osls before anything else. After a bundle that failed, serverless-esbuild leaves its contexts open, and
 * osls, which only sets its exit code, would never end.
 */
const LOOK_AGAIN_MS = 100;

let hadFailed = false;
setInterval(() => {
  // Ends at the second look, so that what osls has to say is out.
  if (hadFailed) process.exit();
  hadFailed = Boolean(process.exitCode);
}, LOOK_AGAIN_MS).unref();

const { TestEnvironment } = require('jest-environment-node');

/**
 * Node.js for a test file. What the file has started and not stopped when it is through is stopped here: where `beforeAll` has failed there is often
 * no variable by which `afterAll` could, and an open port would keep Jest from ending. What is running is in a set of `stop` functions
 * under this symbol.
 */
class ArcadeEnvironment extends TestEnvironment {
  async teardown() {
    for (const stop of [...(this.global[Symbol.for('arcade.running')] ?? [])]) await stop();
    await super.teardown();
  }
}

module.exports = ArcadeEnvironment;

// There for packaging only: this example is about networks, and leaves out what their functions do.
exports.handler = async () => undefined;

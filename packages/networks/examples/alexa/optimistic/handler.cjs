// There for packaging only: the example is about the network, and what its functions do is left out.
exports.handler = async () => undefined;

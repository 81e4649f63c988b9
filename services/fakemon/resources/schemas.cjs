const { fakemonEvents, unitTaken } = require('@arcade/events/contracts/fakemon');
const { schemaRegistry } = require('@arcade/events/registry');

/** A schema for each event that goes over the bus: docs/decisions/contracts.md. */
module.exports = schemaRegistry(
  // Players are told of it, and the bus is not.
  fakemonEvents.filter((contract) => contract !== unitTaken),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: osls fills it in.
  { name: '${self:service}-${sls:stage}', description: "What goes over the game's bus" },
);

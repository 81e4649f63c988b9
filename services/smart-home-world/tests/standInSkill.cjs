// A skill as small as it can be, in the place of smart-home's: it answers each directive at once, or puts it off, and does nothing.

/** What it makes of a directive to a device; of others it says that it has done it. */
const MANNERS = {
  'living-room-light': 'defer',
  'bedroom-light': 'throw',
  'reading-lamp': 'nonsense',
  'hall-light': 'ENDPOINT_UNREACHABLE',
};

const property = (namespace, name, value) => ({
  namespace,
  name,
  value,
  timeOfSample: new Date().toISOString(),
  uncertaintyInMilliseconds: 0,
});

const endpointOf = ({ deviceId, name, api }) => ({
  endpointId: deviceId,
  manufacturerName: 'Bulbs',
  friendlyName: name,
  description: name,
  displayCategories: ['LIGHT'],
  cookie: { api },
  capabilities: [],
});

async function answerTo({ header, payload, endpoint }) {
  const { correlationToken } = header;
  const said = (name, more = {}, namespace = 'Alexa') => ({
    event: {
      header: { namespace, name, messageId: `${header.messageId}.answer`, payloadVersion: '3', correlationToken },
      ...(endpoint && { endpoint: { endpointId: endpoint.endpointId } }),
      payload: {},
      ...more,
    },
  });
  if (header.name === 'AcceptGrant') {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: payload.grant.code,
      client_id: 'skill',
      client_secret: 'skill-secret',
    });
    const exchanged = await fetch(`${process.env.WORLD_URL}/auth/o2/token`, { method: 'POST', body });
    if (exchanged.ok) return said('AcceptGrant.Response', {}, 'Alexa.Authorization');
    return said('ErrorResponse', { payload: { type: 'ACCEPT_GRANT_FAILED', message: '' } }, 'Alexa.Authorization');
  }
  if (header.name === 'Discover') {
    const headers = { authorization: `Bearer ${payload.scope.token}` };
    const { devices } = await (await fetch(`${process.env.WORLD_URL}/vendor/devices`, { headers })).json();
    return said('Discover.Response', { payload: { endpoints: devices.map(endpointOf) } }, 'Alexa.Discovery');
  }
  const context = {
    properties: [
      property('Alexa.PowerController', 'powerState', header.name === 'TurnOff' ? 'OFF' : 'ON'),
      property('Alexa.BrightnessController', 'brightness', 55),
    ],
  };
  if (header.name === 'ReportState') return { ...said('StateReport'), context };
  const manner = MANNERS[endpoint.endpointId];
  if (manner === 'throw') throw new Error('the skill is broken');
  if (manner === 'nonsense') return { well: 'no' };
  if (manner === 'defer') return said('DeferredResponse', { endpoint: undefined });
  if (manner) return said('ErrorResponse', { payload: { type: manner, message: 'So it is.' } });
  return { ...said('Response'), context };
}

exports.handler = ({ directive }) => answerTo(directive);

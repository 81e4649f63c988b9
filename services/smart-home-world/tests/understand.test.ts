import { expect, it } from '@jest/globals';
import { bulbsOf } from '../domain/bulb.ts';
import { understand } from '../domain/understand.ts';
import { HOME_ID, START_MS } from './parts.ts';

const endpoints = bulbsOf(HOME_ID, START_MS).map(({ deviceId, name }) => ({
  endpointId: deviceId,
  friendlyName: name === 'desk lamp' ? 'Desk Lamp' : name,
}));

it.each([
  ['turn on the kitchen light', 'kitchen-light', 'TurnOn', {}],
  ['Alexa, turn off the living room light.', 'living-room-light', 'TurnOff', {}],
  ['Turn the bedroom light on, please!', 'bedroom-light', 'TurnOn', {}],
  ['switch my desk lamp off', 'desk-lamp', 'TurnOff', {}],
  ['turn on the reading lamp', 'reading-lamp', 'TurnOn', {}],
  ['please turn on garden', 'garden-light', 'TurnOn', {}],
  ['set the kitchen light to 40%', 'kitchen-light', 'SetBrightness', { brightness: 40 }],
  ['set kitchen light brightness to 40 percent', 'kitchen-light', 'SetBrightness', { brightness: 40 }],
  ['dim the hall light to 5 %', 'hall-light', 'SetBrightness', { brightness: 5 }],
  ['turn the hall light to 0', 'hall-light', 'SetBrightness', { brightness: 0 }],
  // Nonsense is for the skill to refuse.
  ['set the kitchen light to 140 percent', 'kitchen-light', 'SetBrightness', { brightness: 140 }],
  ['dim the hall light', 'hall-light', 'AdjustBrightness', { brightnessDelta: -25 }],
  ['dim the hall light by 10%', 'hall-light', 'AdjustBrightness', { brightnessDelta: -10 }],
  ['brighten the counter light', 'counter-light', 'AdjustBrightness', { brightnessDelta: 25 }],
  ['Brighten the counter light by 20 percent', 'counter-light', 'AdjustBrightness', { brightnessDelta: 20 }],
  ['is the garden light on?', 'garden-light', 'ReportState', {}],
  ['how bright is the garden light', 'garden-light', 'ReportState', {}],
])('understands "%s"', (text, endpointId, name, payload) => {
  expect(understand(text, endpoints)).toMatchObject({ kind: 'directive', endpoint: { endpointId }, name, payload });
});

it.each([
  ['turn on the kitchen light', 'Alexa.PowerController'],
  ['dim the kitchen light', 'Alexa.BrightnessController'],
  ['set the kitchen light to 4', 'Alexa.BrightnessController'],
  ['is the kitchen light off', 'Alexa'],
])('knows whom "%s" concerns', (text, namespace) => {
  expect(understand(text, endpoints)).toMatchObject({ namespace });
});

it.each([
  ['Alexa, discover my devices', 'discover'],
  ['find devices', 'discover'],
  ['link my account', 'link'],
])('understands "%s"', (text, kind) => {
  expect(understand(text, endpoints)).toEqual({ kind });
});

it.each([
  ['turn on the bathroom light', 'Sorry, I couldn’t find a device called bathroom light.'],
  ['turn on the lamp', 'A few devices are called lamp. Which one did you mean?'],
  ['what is the time', 'Sorry, I don’t know that one. Try “turn on the kitchen light”.'],
  ['Alexa', 'Sorry, I don’t know that one. Try “turn on the kitchen light”.'],
  ['turn on', 'Sorry, I don’t know that one. Try “turn on the kitchen light”.'],
])('says what is wrong with "%s"', (text, speech) => {
  expect(understand(text, endpoints)).toEqual({ kind: 'nothing', speech });
});

it('takes who has the whole name before who has it among others', () => {
  const alike = ['kitchen light', 'light'].map((friendlyName) => ({ endpointId: friendlyName, friendlyName }));

  expect(understand('turn on the light', alike)).toMatchObject({ endpoint: { endpointId: 'light' } });
  expect(understand('  turn on,the kitchen light ', alike)).toMatchObject({
    endpoint: { endpointId: 'kitchen light' },
  });
});

it('finds no device before any was discovered, and says how to discover them', () => {
  expect(understand('moo', [])).toEqual({
    kind: 'nothing',
    speech: 'Sorry, I don’t know that one. Try “discover my devices”.',
  });
  expect(understand('turn on the kitchen light', [])).toMatchObject({ kind: 'nothing' });
});

export { handler } from '../stroke.ts';

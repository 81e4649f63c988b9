import { writeMetrics } from '@arcade/lambda';
import type { Admission } from './domain/admit.ts';

/** Counts who was admitted and who was not; nothing of who it was. */
export function reportAdmission(admission: Admission): Admission {
  writeMetrics(admission.outcome === 'admitted' ? { SignUps: 1 } : { SignUpsRefused: 1 });
  return admission;
}

/** Counts a player who has confirmed their account. */
export function reportWelcome(): void {
  writeMetrics({ PlayersWelcomed: 1 });
}

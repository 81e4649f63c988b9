import { Link } from 'wouter';
import { scenarios } from '../scenarios.ts';
import './home.css';

/** The front page: which systems there are, and what each one teaches. */
export function HomePage() {
  return (
    <div className="stack">
      <h1>Event-driven systems to play with</h1>
      <p className="soft">
        Each one is a real system on AWS Lambda. What you see here runs on this machine as it would in the cloud: the
        same template, the same handlers, the same permissions.
      </p>
      <ul className="home-list">
        {scenarios.map(({ id, title, pattern }) => (
          <li key={id} data-scenario={id}>
            <h2>
              <Link href={`/${id}`}>{title}</Link>
            </h2>
            <p>{pattern}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}

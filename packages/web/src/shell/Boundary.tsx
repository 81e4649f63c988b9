import { Component, type ReactNode } from 'react';
import { Notice } from '../ui/Notice.tsx';

/**
 * Catches what a page throws, also that its code could not be loaded (the server has gone, or has a newer version): the
 * shell stays and says what helps.
 */
export class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Notice>
        <div className="row">
          <p>This page could not be shown.</p>
          <button type="button" className="action" onClick={() => window.location.reload()}>
            Load it again
          </button>
        </div>
      </Notice>
    );
  }
}

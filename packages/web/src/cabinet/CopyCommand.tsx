import { useState } from 'react';

/** A command for the terminal, and a button that copies it. Where nothing may be copied (a page not from localhost) the text is selected. */
export function CopyCommand({ command }: { command: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async (code: HTMLElement | null) => {
    try {
      await navigator.clipboard.writeText(command);
      setCopied(true);
    } catch {
      if (code) getSelection()?.selectAllChildren(code);
    }
  };
  return (
    <div className="row copy-command">
      <code>{command}</code>
      <button
        type="button"
        className="action"
        onClick={({ currentTarget }) => void copy(currentTarget.parentElement?.querySelector('code') ?? null)}
      >
        <span className="slot">
          <span data-shown={!isCopied}>Copy</span>
          <span data-shown={isCopied}>Copied</span>
        </span>
      </button>
    </div>
  );
}

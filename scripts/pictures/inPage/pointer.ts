/** Draws a pointer where the mouse is, which a browser without a screen has none of. Runs in a page: nothing outside of it may be used. */
export function showPointer(): void {
  addEventListener('DOMContentLoaded', () => {
    const pointer = document.createElement('div');
    pointer.setAttribute('aria-hidden', 'true');
    pointer.innerHTML =
      '<svg width="26" height="26" viewBox="0 0 24 24"><path d="M3 2l7 19 2.6-7.4L20 11z" fill="#fff" stroke="#000" stroke-width="1.5" stroke-linejoin="round"/></svg>';
    pointer.style.cssText =
      'position:fixed;left:-3px;top:-2px;z-index:9999;pointer-events:none;transform:translate(-99px,0)';
    document.documentElement.append(pointer);
    addEventListener('mousemove', ({ clientX, clientY }) => {
      pointer.style.transform = `translate(${clientX}px,${clientY}px)`;
    });
    for (const [event, scale] of [
      ['mousedown', '0.8'],
      ['mouseup', '1'],
    ] as const) {
      addEventListener(event, () => {
        pointer.style.scale = scale;
      });
    }
  });
}

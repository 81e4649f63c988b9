/**
 * Makes a PNG file into a WebP file with the browser's own encoder, both in base64. Runs in a page: nothing outside of it may
 * be used.
 */
export async function develop(png: string): Promise<string> {
  /** 0 to 1. Text stays sharp, and the file is a fifth of one that loses nothing. */
  const QUALITY = 0.88;
  const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY });
  let text = '';
  for (const byte of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
}

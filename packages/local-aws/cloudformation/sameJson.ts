/** Whether two values say the same as JSON, whatever they are made by: one of them may come from a file, or from another realm. */
export function isSameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [one, other] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
  if (one.size !== other.size) return false;
  return [...one].every(([key, value]) => other.has(key) && isSameJson(value, other.get(key)));
}

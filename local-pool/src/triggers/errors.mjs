import { isNativeError } from 'node:util/types';

// How Lambda's Node.js runtime reports whatever was thrown: {message, type, stack}.
export function describe(error) {
  if (error?.described) return error;
  try {
    if (isNativeError(error) || (error && error.name && error.message && error.stack)) {
      return { described: true, type: String(error.name), message: String(error.message), stack: withCauses(error) };
    }
    const message = error.toString();
    return { described: true, type: typeof error, message, stack: message };
  } catch {
    const message = 'the function failed with something that is not an error and has no text';
    return { described: true, type: 'handled', message, stack: message };
  }
}

function withCauses(error) {
  const stack = String(error.stack ?? `${error.name}: ${error.message}`);
  return isNativeError(error.cause) ? `${stack}\n  caused by ${withCauses(error.cause)}` : stack;
}

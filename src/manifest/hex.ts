/** Value of a lower-case hex digit, by its ASCII code; {@link NO_DIGIT} for any other byte. */
export const hexValue = new Uint8Array(256).fill(255);

/** Set in the values of bytes that are no digits. */
export const NO_DIGIT = 0xf0;

for (let value = 0; value < 16; value++) hexValue[value.toString(16).charCodeAt(0)] = value;

// Short tones that the browser makes itself.

const SECONDS = 0.16;
const VOLUME = 0.12;
const SILENCE = 0.001;
/** @type {Record<string, number[]>} frequencies in hertz, one after the other */
const TONES = { won: [659, 880], lost: [330, 262], moment: [523, 659, 784] };

/** @type {AudioContext | null} */
let audio = null;

/**
 * Play the tones of a result or a moment; a kind without tones is silent, and so is a page that nobody has touched.
 *
 * @param {string} kind
 */
export function play(kind) {
  if (!TONES[kind] || !window.AudioContext) return;
  audio = audio ?? new AudioContext();
  if (audio.state === "suspended") audio.resume();
  for (const [n, hertz] of TONES[kind].entries()) sound(audio, hertz, audio.currentTime + n * SECONDS);
}

function sound(context, hertz, at) {
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = hertz;
  volume.gain.setValueAtTime(VOLUME, at);
  volume.gain.exponentialRampToValueAtTime(SILENCE, at + SECONDS);
  source.connect(volume).connect(context.destination);
  source.start(at);
  source.stop(at + SECONDS);
}

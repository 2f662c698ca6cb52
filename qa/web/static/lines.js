/* The lines of a response, each read as JSON as soon as it is there. */
const readLines = async function* (response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : lines.pop();
    yield* lines.filter(Boolean).map((line) => JSON.parse(line));
    if (done) return;
  }
};

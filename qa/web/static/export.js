/* Answers as text: what is copied, and what is exported as Markdown. Numbers and quotes are those of the page. */

const marksOf = (statement) => statement.citations.map((number) => " [" + number + "]").join("");

const answerText = (answer, write = (text) => text) =>
  answer.refusal
    ? write(answer.refusal.message)
    : answer.statements
        .filter((statement) => !isStruck(statement))
        .map((statement) => write(statement.text) + marksOf(statement))
        .join(answer.kind === "overview" ? "\n\n" : " ");

const verdictWords = (citation, answer) => (VERDICTS[verdictOf(citation, answer.statements)] ?? []).join(" ");

const asText = (answer) =>
  [
    answerText(answer),
    ...answer.citations.map(
      (citation) => "[" + citation.number + "] “" + citation.quote + "” (" + [where(citation), verdictWords(citation, answer)].filter(Boolean).join("; ") + ")",
    ),
  ].join("\n\n");

/* Every character that Markdown or HTML could take for more than itself. */
const escaped = (text) => text.replace(/[\\`*_{}[\]<>()#+\-.!|~&$:]/g, "\\$&");

const quoted = (text) =>
  escaped(text)
    .split(/\r\n|\r|\n/)
    .map((line) => "> " + line)
    .join("\n");

const turnAsMarkdown = ({ question, answer, stopped }) => {
  const parts = ["## " + escaped(question).replace(/\s+/g, " ")];
  if (answer?.standalone_question) parts.push("Understood as: " + escaped(answer.standalone_question));
  if (answer) parts.push(answerText(answer, escaped));
  if (stopped) parts.push("Stopped\\.");
  for (const citation of answer?.citations ?? [])
    parts.push("[" + citation.number + "] " + escaped(where(citation)) + " — " + verdictWords(citation, answer), quoted(citation.quote));
  return parts.join("\n\n");
};

const asMarkdown = (turns) => ["# Footnote", ...turns.map(turnAsMarkdown)].join("\n\n") + "\n";

const download = (name, text) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown;charset=utf-8" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

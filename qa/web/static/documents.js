/* The documents panel: what there is, what is added, and which of it questions are asked of. */

const startDocuments = (root) => ({
  chosen: () => null, // ids, or null for all
});

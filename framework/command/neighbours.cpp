// cornu neighbours
#include <fmt/core.h>

#include <memory>
#include <vector>

#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/embedding.hpp>
#include <cornu/framework/command/numbers.hpp>

namespace cornu::command {

namespace {

struct Arguments {
  std::string model, embedding, metadata;
  std::vector<std::string> words;
  std::int64_t top = 10;
};

void neighbours(const Arguments& arguments) {
  const explore::EmbeddingTable table = embedding_of(arguments.model, arguments.embedding, arguments.metadata);
  for (const std::string& word : arguments.words)
    for (const auto& [other, similarity] : table.most_similar(word, {.top = arguments.top}))
      fmt::print("{}\t{}\t{:.4f}\n", word, other, similarity);
}

}  // namespace

void add_neighbours(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("neighbours", "prints the words whose vectors are closest");
  app->footer("cornu neighbours model.keras --embedding embedding --metadata words.txt good bad");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("MODEL", arguments->model, "a .keras or .h5 file")->required();
  app->add_option("WORDS", arguments->words, "words of the file of words")->required();
  app->add_option("--embedding", arguments->embedding, "the layer's name")->required();
  app->add_option("--metadata", arguments->metadata, "a word a line, a line a row")->required();
  add_integer(*app, "--top", arguments->top, "how many for each word (10)", 1, 1 << 20);
  app->callback([arguments] { neighbours(*arguments); });
}

}  // namespace cornu::command

// cornu export
#include <fmt/core.h>

#include <filesystem>
#include <memory>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/embedding.hpp>
#include <cornu/framework/explore/projector.hpp>

namespace cornu::command {

namespace {

struct Arguments {
  std::string model, embedding, metadata, folder;
  bool skip_padding = false;
};

void export_embedding(const Arguments& arguments) {
  const explore::EmbeddingTable table = embedding_of(arguments.model, arguments.embedding, arguments.metadata);
  const std::filesystem::path folder(arguments.folder);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw FileError("cornu", fmt::format("'{}' cannot be made: {}", arguments.folder, failed.message()));
  explore::write_projector((folder / "vecs.tsv").string(), (folder / "meta.tsv").string(), table.vectors(),
                           table.words(), {.skip_padding = arguments.skip_padding});
}

}  // namespace

void add_export(CLI::App& program) {
  CLI::App* const app =
      program.add_subcommand("export", "writes vecs.tsv and meta.tsv of an embedding for the Embedding Projector");
  app->footer("cornu export model.keras --embedding embedding --metadata words.txt --out-dir folder");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("MODEL", arguments->model, "a .keras or .h5 file")->required();
  app->add_option("--embedding", arguments->embedding, "the layer's name")->required();
  app->add_option("--metadata", arguments->metadata, "a word a line, a line a row")->required();
  app->add_option("--out-dir", arguments->folder, "the folder of the two files")->required();
  app->add_flag("--skip-padding", arguments->skip_padding, "leave out row 0");
  app->callback([arguments] { export_embedding(*arguments); });
}

}  // namespace cornu::command

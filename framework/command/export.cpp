// cornu export
#include <fmt/core.h>

#include <filesystem>
#include <memory>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/embedding.hpp>
#include <cornu/framework/command/onnx_program.hpp>
#include <cornu/framework/explore/projector.hpp>

namespace cornu::command {

namespace {

struct Arguments {
  std::string model, onnx, embedding, metadata, folder;
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
  CLI::App* const app = program.add_subcommand(
      "export", "writes a model as an ONNX file, or vecs.tsv and meta.tsv of an embedding for the Embedding Projector");
  app->footer(
      "cornu export model.keras --onnx model.onnx\n"
      "cornu export model.keras --embedding embedding --metadata words.txt --out-dir folder");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("MODEL", arguments->model, "a .keras or .h5 file")->required();
  CLI::Option* const onnx = app->add_option("--onnx", arguments->onnx, "the ONNX file");
  CLI::Option* const embedding = app->add_option("--embedding", arguments->embedding, "the layer's name");
  CLI::Option* const metadata = app->add_option("--metadata", arguments->metadata, "a word a line, a line a row");
  CLI::Option* const folder = app->add_option("--out-dir", arguments->folder, "the folder of the two files");
  app->add_flag("--skip-padding", arguments->skip_padding, "leave out row 0")->needs(embedding);
  embedding->needs(metadata)->needs(folder)->excludes(onnx);
  app->callback([arguments, app] {
    if (!arguments->onnx.empty()) return run_onnx_program(arguments->model, arguments->onnx);
    if (arguments->embedding.empty()) throw CLI::RequiredError(app->get_name() + ": --onnx or --embedding");
    export_embedding(*arguments);
  });
}

}  // namespace cornu::command

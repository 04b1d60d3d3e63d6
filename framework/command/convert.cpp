// cornu convert
#include <fmt/core.h>

#include <memory>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/model_file.hpp>

namespace cornu::command {

namespace {

struct Arguments {
  std::string model, weights, out;
  bool no_compile = false;
};

void convert(const Arguments& arguments) {
  const bool weights_alone = arguments.out.ends_with(".weights.h5");
  if (!weights_alone && !arguments.out.ends_with(".keras"))
    throw ValueError("cornu", fmt::format("'{}' must end with .keras or .weights.h5", arguments.out));
  const auto model = open_model(arguments.model, !arguments.no_compile, arguments.weights);
  weights_alone ? model->save_weights(arguments.out) : save_model(*model, arguments.out);
}

}  // namespace

void add_convert(CLI::App& program) {
  CLI::App* const app = program.add_subcommand(
      "convert", "writes a model as the .keras file that Keras 3 opens, with the same predictions");
  app->footer("cornu convert old.h5 new.keras");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("MODEL", arguments->model, "a .keras or .h5 file")->required();
  app->add_option("OUT", arguments->out, "the .keras file to be written, or a .weights.h5 of weights alone")
      ->required();
  app->add_option("--weights", arguments->weights,
                  "weights of another file, .h5, .weights.h5, .weights.json or .keras");
  app->add_flag("--no-compile", arguments->no_compile, "leave out how the model was trained, and do not read it");
  app->callback([arguments] { convert(*arguments); });
}

}  // namespace cornu::command

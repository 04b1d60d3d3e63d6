// cornu evaluate
#include <fmt/core.h>

#include <memory>
#include <vector>

#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/data.hpp>
#include <cornu/framework/command/model_file.hpp>
#include <cornu/framework/command/numbers.hpp>
#include <cornu/framework/registry/config.hpp>

namespace cornu::command {

namespace {

struct Arguments {
  std::string model, weights;
  std::vector<std::string> x, y;
  std::int64_t batch_size = 32;
};

void evaluate(const Arguments& arguments) {
  const auto model = open_model(arguments.model, true, arguments.weights);
  Config figures = Config::object();
  for (const auto& [name, value] :
       model->evaluate(read_data(arguments.x), read_data(arguments.y), {.batch_size = arguments.batch_size}))
    figures.set(name, value);
  fmt::print("{}\n", figures.to_json());
}

}  // namespace

void add_evaluate(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("evaluate", "prints loss and metrics as one JSON object");
  app->footer("cornu evaluate model.keras --x x.npy --y y.npy");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("MODEL", arguments->model, "a .keras or .h5 file, compiled")->required();
  app->add_option("--x", arguments->x, "inputs; again for each further input")->required()->expected(1)->take_all();
  app->add_option("--y", arguments->y, "targets; again for each further output")->required()->expected(1)->take_all();
  app->add_option("--weights", arguments->weights,
                  "weights of another file, .h5, .weights.h5, .weights.json or .keras");
  add_integer(*app, "--batch-size", arguments->batch_size, "samples at a time (32)", 1, 1 << 30);
  app->callback([arguments] { evaluate(*arguments); });
}

}  // namespace cornu::command

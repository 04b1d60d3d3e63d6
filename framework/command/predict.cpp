// cornu predict
#include <memory>
#include <vector>

#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/data.hpp>
#include <cornu/framework/command/model_file.hpp>
#include <cornu/framework/command/numbers.hpp>

namespace cornu::command {

namespace {

struct Arguments {
  std::string model, weights, out;
  std::vector<std::string> x;
  std::int64_t batch_size = 32;
};

void predict(const Arguments& arguments) {
  const auto model = open_model(arguments.model, false, arguments.weights);
  require_writable_name(arguments.out, std::max<std::size_t>(model->outputs().size(), 1));
  const Tensors x = read_data(arguments.x);
  write_data(arguments.out, model->predict_all(x, {.batch_size = arguments.batch_size}));
}

}  // namespace

void add_predict(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("predict", "writes the outputs of a model for some inputs");
  app->footer("cornu predict model.keras --x x.npy --out y.npy");
  const auto arguments = std::make_shared<Arguments>();
  app->add_option("MODEL", arguments->model, "a .keras or .h5 file")->required();
  app->add_option("--x", arguments->x, "inputs, .npy, .npz, .csv or .tsv; again for each further input")
      ->required()
      ->expected(1)
      ->take_all();
  app->add_option("--out", arguments->out, ".npy; .npz for a model of several outputs")->required();
  app->add_option("--weights", arguments->weights,
                  "weights of another file, .h5, .weights.h5, .weights.json or .keras");
  add_integer(*app, "--batch-size", arguments->batch_size, "samples at a time (32)", 1, 1 << 30);
  app->callback([arguments] { predict(*arguments); });
}

}  // namespace cornu::command

// cornu summary
#include <fmt/core.h>

#include <memory>

#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/model_file.hpp>
#include <cornu/framework/command/printable.hpp>

namespace cornu::command {

void add_summary(CLI::App& program) {
  CLI::App* const app = program.add_subcommand("summary", "prints the layers of a model, their shapes and parameters");
  app->footer("cornu summary model.keras");
  const auto path = std::make_shared<std::string>();
  app->add_option("MODEL", *path, "a .keras or .h5 file")->required();
  app->callback([path] { fmt::print("{}", printable(open_model(*path, false)->summary_text())); });
}

}  // namespace cornu::command

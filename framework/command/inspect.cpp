// cornu inspect
#include <fmt/core.h>

#include <memory>

#include <cornu/framework/command/commands.hpp>
#include <cornu/framework/command/printable.hpp>
#include <cornu/framework/saving/inspect_file.hpp>

namespace cornu::command {

void add_inspect(CLI::App& program) {
  CLI::App* const app = program.add_subcommand(
      "inspect", "prints the members of a file, its weights, what is not supported and what would be lost");
  app->footer("cornu inspect model.keras");
  const auto path = std::make_shared<std::string>();
  app->add_option("MODEL", *path, "a .keras, .h5 or .weights.h5 file")->required();
  app->callback([path] { fmt::print("{}", printable(inspect_file(*path))); });
}

}  // namespace cornu::command

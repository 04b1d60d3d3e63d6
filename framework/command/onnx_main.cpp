// cornu-onnx MODEL.keras FILE.onnx: `cornu export --onnx` runs it.
#include <fmt/core.h>

#include <cornu/framework/command/model_file.hpp>
#include <cornu/framework/command/program.hpp>
#include <cornu/framework/onnx/export_onnx.hpp>

int main(int count, char** arguments) {
  if (count != 3) return fmt::print(stderr, "usage: cornu-onnx MODEL.keras FILE.onnx\n"), 2;
  return cornu::command::run(
      [&] { cornu::export_onnx(*cornu::command::open_model(arguments[1], false), arguments[2]); });
}

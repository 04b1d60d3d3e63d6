#pragma once
// Internal: the program cornu-onnx, which writes ONNX files. What it needs takes longer to load than most commands
// take.
#include <string>

namespace cornu::command {

/// Runs cornu-onnx in the place of this process. Throws FileError when it is not there.
void run_onnx_program(const std::string& model, const std::string& path);

}  // namespace cornu::command

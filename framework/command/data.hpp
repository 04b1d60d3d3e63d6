#pragma once
// Internal: arrays that the program reads and writes.
#include <string>
#include <vector>

#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::command {

/// The arrays of files: one of an `.npy`, all of an `.npz`, a float32 matrix of numbers of a `.csv` or `.tsv` (without
/// a header). Throws FileError, naming file and line.
Tensors read_data(const std::vector<std::string>& paths);

/// The text of a file. Throws FileError, naming it.
std::string read_text(const std::string& path);

/// Writes one tensor as `.npy`, several as `.npz` with the names output_0, output_1, …. Throws ValueError for another
/// ending.
void write_data(const std::string& path, const Tensors& tensors);

/// Throws ValueError unless write_data can write so many tensors there: asked before work is done for nothing.
void require_writable_name(const std::string& path, std::size_t tensors);

}  // namespace cornu::command

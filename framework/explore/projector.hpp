#pragma once
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/explore/embedding_table.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

struct ProjectorOptions {
  bool skip_padding = false;  ///< leave out row 0 of both
};

/// Writes what the Embedding Projector (projector.tensorflow.org) loads: a file of vectors, numbers with tabs between,
/// and a file of words, a line for each row. Tabs, line ends and backslashes in words become `\t`, `\n`, `\r` and `\\`.
/// Both files are written or none. vectors: (words.size(), d) float32 or float64. Throws ShapeError for other shapes,
/// ValueError for numbers that are not finite, for an empty word (the Projector skips empty lines) and for one that is
/// not UTF-8, FileError when a file cannot be written and when both paths name one file.
///
///     explore::write_projector("vecs.tsv", "meta.tsv", vectors, vectorize.get_vocabulary(), {.skip_padding = true});
void write_projector(const std::string& vectors_path, const std::string& words_path, const Tensor& vectors,
                     const std::vector<std::string>& words, ProjectorOptions options = {});

/// Reads such a pair, also one of several columns of metadata under a header (the first column counts): float32
/// vectors, the nearest to the decimal numbers of the file. Blank lines at the end are passed over. Throws FileError,
/// naming file and line, when one is missing, a folder, a pipe or a device, empty, not UTF-8, longer than 1 GiB,
/// ragged, holds something that is not a finite number, or when their lines differ in number.
EmbeddingTable read_projector(const std::string& vectors_path, const std::string& words_path);

}  // namespace cornu::explore
CORNU_EXPORT_END

#pragma once
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

/// Writes a vocabulary, a token a line: the form of the vocabulary.txt that Keras's TextVectorization keeps in a
/// `.keras` file, "" and "[UNK]" first. The file is written whole or not at all. Throws ValueError for a token that
/// would come back as another or as several: one that holds a line end of any kind (also "\r", "\v", "\f", U+0085,
/// U+2028: Python ends lines there), begins with a byte-order mark or is not UTF-8; FileError when the file cannot be
/// written.
///
///     text::write_vocabulary("vocabulary.txt", vectorize.get_vocabulary());
void write_vocabulary(const std::string& path, const std::vector<std::string>& tokens);

/// Reads such a file. Empty lines at its end are left out, as Keras does. Throws FileError, naming file and line, when
/// it is missing, without a token, longer than 1 GiB or not UTF-8.
///
///     vectorize.set_vocabulary(text::read_vocabulary("vocabulary.txt"));
std::vector<std::string> read_vocabulary(const std::string& path);

}  // namespace cornu::text
CORNU_EXPORT_END

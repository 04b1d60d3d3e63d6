#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace cornu::testing {

/// How the program `cornu` comes to read a file.
enum class HostileUse : std::uint8_t { model, data, weights, words, checkpoint };

/// A file, and those that lie beside it.
struct NamedBytes {
  std::string name, bytes;
};

/// What must be refused: it is damaged, lies, or asks for more than it holds.
struct HostileFile {
  std::string kind;                     ///< what is wrong with it
  HostileUse use;                       ///< words are for two_outputs.keras, other inputs for dense.keras
  NamedBytes file;                      ///< the name's ending says how it is read
  std::string error;                    ///< what the error says, among other things
  std::vector<NamedBytes> beside = {};  ///< shards, for example
};

/// By what is wrong: the zip archive, config.json, model.weights.h5, a model as .h5, and inputs. All small; made anew
/// by each call.
std::vector<HostileFile> hostile_archives();
std::vector<HostileFile> hostile_configs();
std::vector<HostileFile> hostile_weights();
std::vector<HostileFile> hostile_legacy();
std::vector<HostileFile> hostile_data();

/// All of them.
std::vector<HostileFile> hostile_files();

}  // namespace cornu::testing

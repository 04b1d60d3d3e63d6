#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/formats/named_tensors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What a program says of a safetensors file, {"format", "pt"} for example, in the order of the file.
using SafetensorsMetadata = std::vector<std::pair<std::string, std::string>>;

struct ReadSafetensorsOptions {
  bool memory_map = false;  ///< leave elements in the file: pages are read when they are first used
};

/// Reads a file of Hugging Face's safetensors format: the tensors in the order in which they lie in the file.
///
///     const NamedTensors state = read_safetensors("model.safetensors");
///     model.layers()[0]->set_weights(from_torch::linear(state, "classifier"));
///
/// F32, F64, I32, I64 and BOOL are read as they are; F16, BF16, F8_E4M3 and F8_E5M2 become float32; I8, U8, I16 and U16
/// int32; U32 and U64 int64. With `memory_map` those that are read as they are stay in the file, where they lie so that
/// their type can be read; what read_npy says of mapped tensors holds. Others are copied.
///
/// Throws FileError, naming the file and the tensor, when the file is missing, truncated or not of this kind: where the
/// safetensors library refuses it (a header of more than 100,000,000 bytes; tensors that overlap, leave bytes between
/// them or behind them, or have another length than their dtype and shape), and for other dtypes, more than 6 axes,
/// bools other than 0 and 1, and U64 numbers of 2^63 and more.
NamedTensors read_safetensors(const std::string& path, const ReadSafetensorsOptions& options = {});

/// The same of a file in memory, of which nothing is mapped. `name` is what errors call it.
NamedTensors read_safetensors(std::span<const std::byte> bytes, const std::string& name);

/// The texts of the file's `__metadata__`. Throws as read_safetensors does, but looks at no element.
SafetensorsMetadata read_safetensors_metadata(const std::string& path);

/// How write_safetensors stores float32.
enum class StoredFloat : std::uint8_t {
  float32,
  float16,   ///< rounded to the nearest
  bfloat16,  ///< the same
};

struct WriteSafetensorsOptions {
  StoredFloat floats = StoredFloat::float32;
  SafetensorsMetadata metadata = {};  ///< transformers wants {{"format", "pt"}}
};

/// Writes a file that safetensors and PyTorch read, whole or not at all: the widest elements first, so that all lie
/// where their type can be read, and those of one width in the order of their names. Throws
/// ValueError for the name "__metadata__", for names and metadata that are not UTF-8, for a repeated key of metadata,
/// and for a number that is finite as float32 alone; StateError for a symbolic tensor; FileError when the file cannot
/// be written.
///
///     write_safetensors("weights.safetensors", {{"kernel", kernel}, {"bias", bias}});
void write_safetensors(const std::string& path, const NamedTensors& tensors,
                       const WriteSafetensorsOptions& options = {});

}  // namespace cornu
CORNU_EXPORT_END

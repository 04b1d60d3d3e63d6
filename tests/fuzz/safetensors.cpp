// Bytes as a safetensors file.
//
// A finding is what ends in anything but a FileError, and tensors that hold more than some times the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/safetensors.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    std::size_t bytes = 0;
    for (const auto& [name, tensor] : cornu::read_safetensors(std::as_bytes(std::span(data, size)), "x.safetensors"))
      bytes += tensor.nbytes();
    if (bytes > 4 * size) std::abort();  // an int8 becomes an int32
  } catch (const cornu::FileError&) {
  }
  return 0;
}

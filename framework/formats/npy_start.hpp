#pragma once
// Internal: numpy.save's format up to the elements, wherever it is read from or written to.
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/formats/npy_header.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// What the elements are, where they begin and how many bytes they have.
struct NpyStart {
  NpyLayout layout;
  std::size_t begin = 0, bytes = 0;
};

/// Reads it from the front of a content of `size` bytes, whose next bytes `read_next` gives. Throws FileError, naming
/// `name`, when this is something else, or not as long as it says.
NpyStart read_npy_start(const std::string& name, std::size_t size,
                        const std::function<void(std::span<std::byte>)>& read_next);

/// What numpy.save writes in front of the elements: a multiple of 64 bytes. Throws FileError on a big-endian machine.
std::string npy_start_of(const Tensor& tensor);

/// The elements as a tensor in C order, of the dtype that holds them; `read` gives their bytes. Throws FileError,
/// naming `name`, for bools other than 0 and 1 and for numbers beyond int64.
Tensor read_npy_elements(const std::string& name, const NpyStart& start,
                         const std::function<void(std::span<std::byte>)>& read);

/// Throws FileError, naming `name`, for bools other than 0 and 1.
void require_bools(const std::string& name, const Tensor& tensor);

}  // namespace cornu::detail
CORNU_EXPORT_END

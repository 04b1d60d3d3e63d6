#include <cornu/framework/formats/npy.hpp>

#include <sys/mman.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/formats/input_file.hpp>
#include <cornu/framework/formats/npy_header.hpp>
#include <cornu/framework/formats/npy_start.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu {

namespace {

void unmap(detail::Storage* storage) {
  auto* const bytes = static_cast<std::byte*>(storage->owner);
  ::munmap(bytes, storage->capacity + static_cast<std::size_t>(storage->bytes - bytes));
  delete storage;
}

// Private: what is written stays in memory, page by page.
Tensor map_elements(const formats::InputFile& file, const detail::NpyStart& start) {
  const auto& [layout, begin, bytes] = start;
  auto storage = std::make_unique<detail::Storage>();
  void* const memory =
      ::mmap(nullptr, begin + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, file.descriptor(), 0);
  if (memory == MAP_FAILED) file.fail_by_errno();
  storage->bytes = static_cast<std::byte*>(memory) + begin;
  storage->capacity = bytes;
  storage->owner = memory;
  storage->release = unmap;
  return detail::tensor_over(storage.release(), layout.shape, formats::dtype_for(layout.type));
}

}  // namespace

Tensor read_npy(const std::string& path, const ReadNpyOptions& options) {
  const formats::InputFile file("read_npy", path);
  std::size_t offset = 0;
  const detail::NpyStart start = detail::read_npy_start(path, file.size(), [&](std::span<std::byte> to) {
    file.read(to.data(), to.size(), offset);
    offset += to.size();
  });
  const bool fits = start.layout.is_stored_as_read() && start.begin % formats::size_of(start.layout.type) == 0;
  if (!options.memory_map || !fits)
    return detail::read_npy_elements(path, start,
                                     [&](std::span<std::byte> to) { file.read(to.data(), to.size(), start.begin); });
  Tensor tensor = map_elements(file, start);
  detail::require_bools(path, tensor);
  return tensor;
}

void write_npy(const std::string& path, const Tensor& tensor) {
  static const std::string name = "write_npy";
  const ErrorScope scope(name);
  const std::size_t bytes = tensor.nbytes();  // throws for a symbolic tensor
  const auto* const elements = reinterpret_cast<const char*>(tensor.identity()->storage->bytes);
  write_whole_file(path, {detail::npy_start_of(tensor), std::string_view(elements, bytes)});
}

}  // namespace cornu

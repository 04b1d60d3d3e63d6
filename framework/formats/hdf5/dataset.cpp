#include <cornu/framework/formats/hdf5/dataset.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cornu::formats::hdf5 {

namespace {

// Versions 1 and 2 have a byte each for when memory is taken, when it is filled and whether a value follows; version 3
// has bits for them.
Bytes read_fill_value(const Input& input, Bytes message) {
  Cursor cursor(input, message, "the fill value");
  const unsigned version = cursor.u8();
  if (version < 1 || version > 3) cursor.refuse(fmt::format("has version {}; expected 1 to 3", version));
  bool has_value = true;
  if (version == 3) {
    has_value = (cursor.u8() & 0x20) != 0;
  } else {
    cursor.skip(2);
    has_value = cursor.u8() != 0;
  }
  return has_value ? cursor.take(cursor.u32()) : Bytes();
}

Bytes read_fill(const Input& input, const ObjectHeader& header, std::uint64_t element_size) {
  const Message* const message = header.find(MessageType::fill_value);
  if (message == nullptr) return {};
  require_in_place(input, *message, "the fill value");
  const Bytes value = read_fill_value(input, message->body);
  return value.size() == element_size ? value : Bytes();
}

void require_stored(const Input& input, const DatasetHeader& dataset) {
  const Layout& layout = dataset.layout;
  const std::uint64_t bytes = dataset.bytes();
  if (layout.is_chunked() && layout.element_size != dataset.type.size)
    input.refuse(fmt::format("chunks have elements of {} bytes; expected {}", layout.element_size, dataset.type.size));
  if (layout.is_chunked() || (layout.kind == Layout::Kind::contiguous && layout.address == undefined_address)) return;
  const std::uint64_t stored = layout.kind == Layout::Kind::compact ? layout.compact.size() : layout.length;
  if (stored != bytes) input.refuse(fmt::format("{} bytes are stored; expected {}", stored, bytes));
  if (layout.kind == Layout::Kind::contiguous) input.at(layout.address, bytes, "the data");
}

void fill(std::span<std::byte> out, Bytes value) {
  const bool is_zero = std::all_of(value.begin(), value.end(), [](std::byte byte) { return byte == std::byte{0}; });
  if (is_zero) {
    std::fill(out.begin(), out.end(), std::byte{0});
    return;
  }
  for (std::size_t i = 0; i + value.size() <= out.size(); i += value.size())
    std::copy(value.begin(), value.end(), out.begin() + static_cast<std::ptrdiff_t>(i));
}

/// Copies chunks, which may reach beyond the dataset's end, to where they belong.
class ChunkCopier {
 public:
  ChunkCopier(const DatasetHeader& dataset, std::span<std::byte> out)
      : extents_(dataset.space.extents), chunk_(dataset.layout.chunk), element_(dataset.type.size), out_(out) {}

  void copy(Bytes bytes, const ChunkPosition& position) {
    const std::size_t rank = extents_.size();
    ChunkPosition begin{}, count{}, row{};
    for (std::size_t axis = 0; axis < rank; ++axis) {
      begin[axis] = position[axis] * chunk_[axis];
      count[axis] = std::min(chunk_[axis], extents_[axis] - begin[axis]);
    }
    const std::size_t row_bytes = static_cast<std::size_t>(count[rank - 1] * element_);
    do {
      std::uint64_t from = 0, to = 0;
      for (std::size_t axis = 0; axis < rank; ++axis) {
        from = from * chunk_[axis] + row[axis];
        to = to * extents_[axis] + begin[axis] + row[axis];
      }
      std::memcpy(out_.data() + to * element_, bytes.data() + from * element_, row_bytes);
    } while (next_row(row, count));
  }

 private:
  bool next_row(ChunkPosition& row, const ChunkPosition& count) const {
    for (std::size_t axis = extents_.size() - 1; axis-- > 0;) {
      if (++row[axis] < count[axis]) return true;
      row[axis] = 0;
    }
    return false;
  }

  const std::vector<std::uint64_t>& extents_;
  const std::vector<std::uint64_t>& chunk_;
  std::uint64_t element_;
  std::span<std::byte> out_;
};

ChunkGrid grid_of(const Input& input, const DatasetHeader& dataset) {
  return make_chunk_grid(input, dataset.layout, dataset.space, !dataset.filters.empty());
}

void read_chunks(const Input& input, const DatasetHeader& dataset, std::span<std::byte> out) {
  const ChunkGrid grid = grid_of(input, dataset);
  FilterPipeline filters(input, dataset.filters, dataset.type.size);
  ChunkCopier copier(dataset, out);
  visit_chunks(input, dataset.layout, dataset.space, grid, [&](const Chunk& chunk) {
    const Bytes stored = input.at(chunk.address, chunk.stored, "a chunk");
    copier.copy(filters.undo(stored, grid.chunk_bytes, chunk.skipped), chunk.position);
  });
}

}  // namespace

DatasetHeader read_dataset_header(const Input& input, const ObjectHeader& header) {
  DatasetHeader dataset;
  if (header.has(MessageType::external_files))
    input.refuse("its elements are stored in other files, which is not supported");
  dataset.space = read_dataspace(input, header.require(input, MessageType::dataspace, "the dataspace"));
  dataset.type = read_datatype(input, header.require(input, MessageType::datatype, "the datatype"));
  dataset.layout = read_layout(input, header.require(input, MessageType::layout, "the layout"));
  if (const Message* const filters = header.find(MessageType::filters)) {
    require_in_place(input, *filters, "the filter pipeline");
    dataset.filters = read_filters(input, filters->body);
  }
  dataset.fill = read_fill(input, header, dataset.type.size);
  input.product(dataset.space.elements, dataset.type.size, "the data");
  require_stored(input, dataset);
  return dataset;
}

Bytes stored_in_one_piece(const Input& input, const DatasetHeader& dataset) {
  const Layout& layout = dataset.layout;
  if (layout.kind == Layout::Kind::compact) return layout.compact;
  if (layout.is_chunked() || layout.address == undefined_address) return {};
  return input.at(layout.address, dataset.bytes(), "the data");
}

void require_readable(const Input& input, const DatasetHeader& dataset) {
  if (!stored_in_one_piece(input, dataset).empty()) return;
  const std::uint64_t bytes = dataset.layout.is_chunked() ? grid_of(input, dataset).bytes : dataset.bytes();
  if (bytes > input.size()) input.require_expansion(bytes, input.size());
}

void read_elements(const Input& input, const DatasetHeader& dataset, std::span<std::byte> out) {
  if (out.empty()) return;
  if (const Bytes stored = stored_in_one_piece(input, dataset); !stored.empty()) {
    std::memcpy(out.data(), stored.data(), stored.size());
    return;
  }
  fill(out, dataset.fill);
  if (dataset.layout.is_chunked()) read_chunks(input, dataset, out);
}

}  // namespace cornu::formats::hdf5

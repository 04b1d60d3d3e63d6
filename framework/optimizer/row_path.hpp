#pragma once
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// What an optimizer does to the rows of an embedding table that a batch does not touch.
enum class RowUpdates {
  dense_result,  ///< they change exactly as the dense optimizer changes them
  lazy           ///< they stay, with their slots, as under PyTorch's SparseAdam: another optimizer, faster
};

/// What happens to the rows of a table that a batch does not touch.
enum class RowPath {
  touched,   ///< nothing: the rule leaves them as they are, so only the rows with a gradient are visited
  deferred,  ///< their updates wait, and are made in closed form when the row is next read
  dense,     ///< each update visits the whole table
  lazy       ///< nothing, though the rule would move them: RowUpdates::lazy
};
std::string_view name_of(RowPath path);

struct RowPathReport {
  RowPath path = RowPath::dense;
  std::string why = {};
};

}  // namespace cornu::optim
CORNU_EXPORT_END

#pragma once
// Internal: what copies of an object share, behind a pointer.
#include <memory>
#include <type_traits>
#include <utility>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// A std::shared_ptr to what a header for users only declares. It keeps a std::shared_ptr<void>, so that programs
/// compile one such class for all types, and not one each.
template <class T>
class Shared {
 public:
  Shared() = default;
  template <class... Arguments>
  static Shared make(Arguments&&... arguments) {
    Shared made;
    made.held_ = std::make_shared<std::remove_const_t<T>>(std::forward<Arguments>(arguments)...);
    return made;
  }

  T* get() const { return static_cast<T*>(held_.get()); }
  T* operator->() const { return get(); }
  T& operator*() const { return *get(); }
  explicit operator bool() const { return held_ != nullptr; }
  void reset() { held_.reset(); }

 private:
  std::shared_ptr<void> held_;
};

}  // namespace cornu::detail
CORNU_EXPORT_END

# FileLibraries::FileLibraries: the C library of HDF5, libzip and zlib, for the build and for programs that link
# libcornu_files.a. A program loads those of them that it uses.
find_path(HDF5_C_INCLUDE_DIR hdf5.h PATH_SUFFIXES hdf5/serial)
find_library(HDF5_C_LIBRARY NAMES hdf5_serial hdf5)
find_library(LIBZIP_LIBRARY zip)
find_library(ZLIB_LIBRARY z)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(FileLibraries REQUIRED_VARS HDF5_C_LIBRARY LIBZIP_LIBRARY ZLIB_LIBRARY HDF5_C_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "On Debian they are in the packages libhdf5-dev, libzip-dev and zlib1g-dev.")
mark_as_advanced(HDF5_C_INCLUDE_DIR HDF5_C_LIBRARY LIBZIP_LIBRARY ZLIB_LIBRARY)
if(FileLibraries_FOUND AND NOT TARGET FileLibraries::FileLibraries)
  add_library(FileLibraries::FileLibraries INTERFACE IMPORTED)
  target_include_directories(FileLibraries::FileLibraries SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIR})
  target_link_libraries(FileLibraries::FileLibraries INTERFACE
    "-Wl,--push-state,--as-needed,${HDF5_C_LIBRARY},${LIBZIP_LIBRARY},${ZLIB_LIBRARY},--pop-state")
endif()

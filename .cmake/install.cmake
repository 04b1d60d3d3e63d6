# Headers, libraries, CMake package and pkg-config file.
include(CMakePackageConfigHelpers)

install(CODE "set(source_dir \"${PROJECT_SOURCE_DIR}\")\nset(include_dir \"${CMAKE_INSTALL_INCLUDEDIR}\")")
install(SCRIPT .cmake/install_headers.cmake)

# One export set a kind, so that a package may ship either library without the other.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cornu)
foreach(kind ${library_kinds})
  set(parts cornu_core_${kind})
  if(file_sources)
    list(APPEND parts cornu_files_${kind})
  endif()
  install(TARGETS cornu_${kind} ${parts} EXPORT cornu-${kind} DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT cornu-${kind} FILE cornu-${kind}.cmake NAMESPACE cornu:: DESTINATION ${package_dir})
endforeach()

if(TARGET cornu_command)
  install(TARGETS cornu_command)
endif()

set(CORNU_HAS_FILES FALSE)
if(file_sources)
  set(CORNU_HAS_FILES TRUE)
endif()
configure_package_config_file(.cmake/cornuConfig.cmake.in cornuConfig.cmake INSTALL_DESTINATION ${package_dir}
                              NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(cornuConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cornuConfig.cmake ${PROJECT_BINARY_DIR}/cornuConfigVersion.cmake
              .cmake/FindOpenBLAS.cmake .cmake/FindFileLibraries.cmake DESTINATION ${package_dir})

# A program that links libcornu.a links OpenBLAS itself: with `pkg-config --static`, or always where there is only libcornu.a.
# Names in one word with --as-needed stay together: pkg-config drops a flag that it has seen before.
set(pc_libs "-lcornu")
set(pc_private_libs "-lopenblas -pthread")
if(file_sources)
  set(pc_libs "${as_needed},-lcornu_files,--pop-state -lcornu")
  get_filename_component(hdf5 ${HDF5_C_LIBRARY} NAME_WE)
  string(REGEX REPLACE "^lib" "-l" hdf5 ${hdf5})
  set(pc_private_libs "${as_needed},${hdf5},-lzip,-lz,--pop-state ${pc_private_libs}")
endif()
if(NOT "shared" IN_LIST library_kinds)
  set(pc_libs "${pc_libs} ${pc_private_libs}")
  set(pc_private_libs)
endif()
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX} OUTPUT_VARIABLE pc_libdir)
cmake_path(APPEND CMAKE_INSTALL_FULL_LIBDIR pkgconfig OUTPUT_VARIABLE pc_dir)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pc_dir} OUTPUT_VARIABLE pc_prefix)
configure_file(.cmake/cornu.pc.in cornu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cornu.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# The licence, and the notices of what is compiled into the libraries and the program.
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
set(notices xtensor xtensor-blas flens xtl fmt)
if(file_sources)
  list(APPEND notices nlohmann-json)
endif()
if(TARGET cornu_command)
  list(APPEND notices cli11)
endif()
list(TRANSFORM notices REPLACE "(.+)" ".cmake/notices/\\1.txt")
install(FILES ${notices} DESTINATION ${CMAKE_INSTALL_DOCDIR}/notices)

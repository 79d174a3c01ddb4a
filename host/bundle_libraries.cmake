# For `--target package`: copies the libraries that the program and its plugins need, beyond glibc's, into the archive. The
# program finds them beside itself (its RPATH, in host/CMakeLists.txt), for itself and all that it loads.
set(prefix ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
file(GLOB plugins ${prefix}/lib/weft/plugins/*.so ${prefix}/lib/weft/checks/*.so)
if(NOT plugins)
  message(FATAL_ERROR "there are no plugins in ${prefix}/lib/weft/plugins: is the build complete?")
endif()
file(GET_RUNTIME_DEPENDENCIES EXECUTABLES ${prefix}/bin/weft MODULES ${plugins}
  RESOLVED_DEPENDENCIES_VAR libraries UNRESOLVED_DEPENDENCIES_VAR missing
  PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv|util|mvec|anl|nsl)\\.so")
if(missing)
  message(FATAL_ERROR "these libraries cannot be found: ${missing}")
endif()
file(INSTALL ${libraries} DESTINATION ${prefix}/lib/weft/libraries FOLLOW_SYMLINK_CHAIN)

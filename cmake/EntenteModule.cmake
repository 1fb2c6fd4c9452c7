# A module is one folder of code and the static library made of it.
#
# Includes name the path from the top: #include "actors/agent/ledger.hpp". A module sees only what it
# links: its include directory is a folder of the build tree that holds nothing but a symbolic link
# to the module's own folder.

set(ENTENTE_MODULES "" CACHE INTERNAL "Names of all modules")

# entente_module(NAME FOLDER f [RECURSE] DEPS targets...)
#
# Makes entente_NAME (alias Entente::NAME) of all .cpp files in the folder, of those in its
# sub-folders too if RECURSE is given. A folder without .cpp files makes an interface library.
function(entente_module name)
  cmake_parse_arguments(arg "RECURSE" "FOLDER" "DEPS" ${ARGN})
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/${arg_FOLDER}")
  set(glob GLOB)
  if(arg_RECURSE)
    set(glob GLOB_RECURSE)
  endif()
  file(${glob} sources CONFIGURE_DEPENDS "${folder}/*.cpp")

  set(target entente_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(Entente::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})

  entente_private_include(include ${name} "${arg_FOLDER}")
  target_include_directories(${target} ${scope}
    "$<BUILD_INTERFACE:${include}>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/entente>")
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${arg_DEPS})

  install(TARGETS ${target} EXPORT EntenteTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY "${folder}/"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/entente/${arg_FOLDER}"
    OPTIONAL
    FILES_MATCHING PATTERN "*.hpp")

  set(ENTENTE_MODULES ${ENTENTE_MODULES} ${name} CACHE INTERNAL "")
  entente_check_headers(${name} ${glob} "${arg_FOLDER}")
endfunction()

# Adds to the target `headers`, which compiles each header by itself with what its module links.
function(entente_check_headers name glob folder)
  if(NOT TARGET headers)
    add_custom_target(headers)
  endif()
  file(${glob} headers CONFIGURE_DEPENDS RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}"
    "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.hpp")
  set(sources "")
  foreach(header IN LISTS headers)
    set(source "${CMAKE_BINARY_DIR}/headers/${header}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"\n")
    list(APPEND sources "${source}")
  endforeach()
  if(sources)
    add_library(entente_${name}_headers OBJECT EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(entente_${name}_headers PRIVATE Entente::${name})
    add_dependencies(headers entente_${name}_headers)
  endif()
endfunction()

# Makes an include directory that shows only `folder`, and stores its path in `out`.
function(entente_private_include out name folder)
  set(root "${CMAKE_BINARY_DIR}/include/${name}")
  get_filename_component(parent "${root}/${folder}" DIRECTORY)
  file(MAKE_DIRECTORY "${parent}")
  file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}/${folder}" "${root}/${folder}" SYMBOLIC)
  set(${out} "${root}" PARENT_SCOPE)
endfunction()

# entente_capnp_schemas(NAME FOLDER f)
#
# Compiles the folder's .capnp files into module NAME. What is generated is private to it and to
# those who link entente_NAME_schema: #include "messages/schema/x.capnp.h".
function(entente_capnp_schemas name)
  cmake_parse_arguments(arg "" "FOLDER" "" ${ARGN})
  file(GLOB schemas CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${arg_FOLDER}/*.capnp")
  get_target_property(type entente_${name} TYPE)
  if(NOT schemas OR type STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()

  set(root "${CMAKE_BINARY_DIR}/generated/${name}")
  file(MAKE_DIRECTORY "${root}")
  set(generated "")
  foreach(schema IN LISTS schemas)
    cmake_path(RELATIVE_PATH schema BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" OUTPUT_VARIABLE path)
    set(made "${root}/${path}.c++" "${root}/${path}.h")
    add_custom_command(
      OUTPUT ${made}
      COMMAND "${CAPNP_EXECUTABLE}" compile "-o${CAPNPC_CXX_EXECUTABLE}:${root}"
        "--src-prefix=${CMAKE_CURRENT_SOURCE_DIR}" "-I${CMAKE_CURRENT_SOURCE_DIR}" "${schema}"
      DEPENDS ${schemas}
      COMMENT "Compiling ${path}"
      VERBATIM)
    set_source_files_properties("${root}/${path}.c++" PROPERTIES COMPILE_OPTIONS -w)
    list(APPEND generated ${made})
  endforeach()

  add_custom_target(entente_${name}_generated DEPENDS ${generated})
  add_library(entente_${name}_schema INTERFACE)
  target_include_directories(entente_${name}_schema SYSTEM INTERFACE "${root}")
  target_link_libraries(entente_${name}_schema INTERFACE CapnProto::capnp)
  add_dependencies(entente_${name}_schema entente_${name}_generated)

  target_sources(entente_${name} PRIVATE ${generated})
  target_include_directories(entente_${name} SYSTEM PRIVATE "${root}")
  target_link_libraries(entente_${name} PRIVATE CapnProto::capnp)
  if(TARGET entente_${name}_headers)
    target_link_libraries(entente_${name}_headers PRIVATE entente_${name}_schema)
  endif()
endfunction()

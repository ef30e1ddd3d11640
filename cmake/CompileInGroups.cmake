# Compiling several files at a time, for a build of everything from nothing (CMake calls it a unity build).
#
# Most of a file's compile time goes into the headers that it includes: reading them once for ten files takes
# a third of the time. In exchange a change to one file compiles its group again, so the preset for work (dev)
# does not do it, and `test` does.
#
# A file's group depends on its name alone: a new file meets those of one group, the others stay as they are.
# Files of a group share one unnamed namespace. Where two of them have a name in common there, one of them
# says so in its CMakeLists: compile_alone(FILE...).
#
# The rooms that several programs share are never grouped: of their libraries a program links the files that it
# uses and no more, and so no library that another file needs (tests/boundary/links).

option(HALLMARK_GROUPS "Compile several files at a time" OFF)
set(hallmark_shared_rooms core process verify)

function(compile_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# The smallest power of two that makes groups of twelve or fewer, on average.
function(hallmark_group_count files result)
  set(count 1)
  math(EXPR wanted "(${files} + 11) / 12")
  while(count LESS wanted)
    math(EXPR count "2 * ${count}")
  endwhile()
  set(${result} ${count} PARENT_SCOPE)
endfunction()

function(hallmark_group_target target)
  get_target_property(sources ${target} SOURCES)
  get_target_property(folder ${target} SOURCE_DIR)
  list(LENGTH sources files)
  hallmark_group_count(${files} count)
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME)
    string(MD5 hash ${name})
    string(SUBSTRING ${hash} 0 4 hash)
    math(EXPR group "0x${hash} % ${count}")
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder})
    set_property(SOURCE ${source} TARGET_DIRECTORY ${target} PROPERTY UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()

# Called once, after every target is defined.
function(group_all_files folder)
  cmake_path(GET folder FILENAME room)
  if(room IN_LIST hallmark_shared_rooms)
    return()
  endif()
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type MATCHES "^(EXECUTABLE|STATIC_LIBRARY)$")
      hallmark_group_target(${target})
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    group_all_files(${below})
  endforeach()
endfunction()

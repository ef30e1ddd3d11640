# How a program is declared: what it is made of, and what it may link.
#
#   add_program(NAME SOURCES a.cpp b.cpp MAY_LINK target...)
#
# is the only way in this project to make one of Hallmark's programs. MAY_LINK is the program's row in
# docs/trust-boundaries.md. A Hallmark library that is not on the row, and that a listed library would
# bring in, stops the configuration; tests/boundary proves the same from the finished binary.

function(hallmark_collect_libraries target seen_name)
  set(seen ${${seen_name}})
  get_target_property(direct ${target} INTERFACE_LINK_LIBRARIES)
  if(direct)
    foreach(dependency IN LISTS direct)
      string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" dependency "${dependency}")
      if(NOT dependency IN_LIST seen AND TARGET ${dependency})
        list(APPEND seen ${dependency})
        hallmark_collect_libraries(${dependency} seen)
      endif()
    endforeach()
  endif()
  set(${seen_name} ${seen} PARENT_SCOPE)
endfunction()

function(add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 program "" "" "SOURCES;MAY_LINK")
  add_executable(${name} ${program_SOURCES})
  target_link_libraries(${name} PRIVATE ${program_MAY_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin
                                           HALLMARK_MAY_LINK "${program_MAY_LINK}")
  install(TARGETS ${name} RUNTIME DESTINATION bin)
  set_property(GLOBAL APPEND PROPERTY HALLMARK_PROGRAMS ${name})
endfunction()

# Called once, after every library is defined.
function(check_programs)
  get_property(programs GLOBAL PROPERTY HALLMARK_PROGRAMS)
  foreach(name IN LISTS programs)
    get_target_property(allowed ${name} HALLMARK_MAY_LINK)
    get_target_property(direct ${name} LINK_LIBRARIES)
    set(all ${direct})
    foreach(library IN LISTS direct)
      if(TARGET ${library})
        hallmark_collect_libraries(${library} all)
      endif()
    endforeach()
    foreach(library IN LISTS all)
      if(NOT library IN_LIST allowed)
        message(FATAL_ERROR "${name} may not link ${library}: it is not in its MAY_LINK row "
                            "(see docs/trust-boundaries.md)")
      endif()
    endforeach()
  endforeach()
endfunction()
